package dev.jbuild.registry;

/**
 * What proves to a registry who one is. Its text form doesn't show the secret.
 *
 * @param user empty when {@code secret} is an identity token to get access tokens with
 */
public record Credential(String user, String secret) {
    public boolean isIdentityToken() {
        return user.isEmpty();
    }

    @Override
    public String toString() {
        return "Credential[" + user + "]";
    }
}
