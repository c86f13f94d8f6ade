package dev.jbuild.sandbox;

/**
 * Something that was tried to find out what is allowed here.
 *
 * @param name of what the native program tries, such as {@code mount-namespace}
 * @param errno what the kernel answered; 0 if it did it
 * @param reason that number in words
 */
public record Attempt(String name, int errno, String reason) {
    /** Of a line that the native program prints. */
    static Attempt parse(String line) {
        String[] words = line.split(" ", 3);
        if (words.length != 3) {
            throw new IllegalArgumentException("not what an attempt came to: " + line);
        }
        return new Attempt(words[0], Integer.parseInt(words[1]), words[2]);
    }

    public boolean worked() {
        return errno == 0;
    }
}
