package dev.jbuild.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What the files of a control group say, whichever of its directories has them.
 *
 * @param directories one in each hierarchy
 */
record GroupFiles(List<Path> directories) {
    GroupFiles {
        directories = List.copyOf(directories);
    }

    /** The number that the first of these files holds which there is; absent for words such as {@code max}. */
    OptionalLong first(String... files) {
        for (String file : files) {
            for (Path directory : directories) {
                Optional<String> text = read(directory.resolve(file));
                OptionalLong value = text.isPresent() ? number(text.get()) : OptionalLong.empty();
                if (value.isPresent()) {
                    return value;
                }
            }
        }
        return OptionalLong.empty();
    }

    /** The number in the line of a file that begins with a name. */
    OptionalLong field(String file, String name) {
        Optional<String> line =
                lines(file).stream().filter(each -> each.startsWith(name + " ")).findFirst();
        return line.isPresent() ? number(line.get().substring(name.length() + 1)) : OptionalLong.empty();
    }

    /** The lines of a file; none if there is no such file. */
    List<String> lines(String file) {
        for (Path directory : directories) {
            Optional<String> text = read(directory.resolve(file));
            if (text.isPresent()) {
                return text.get().lines().toList();
            }
        }
        return List.of();
    }

    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // a file that this kernel doesn't fill
        }
    }
}
