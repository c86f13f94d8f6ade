package dev.jbuild.context.http;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Addresses as text. */
final class HttpAddress {
    private static final Pattern PASSWORD = Pattern.compile("(?<=://)([^/:@?#]*):[^/@?#]*@");
    private static final String ALLOWED = "-._~:/?#[]@!$&'()*+,;=%";

    private HttpAddress() {}

    /** Escapes what people write but no request may hold, such as spaces. */
    static String escaped(String url) {
        StringBuilder text = new StringBuilder();
        for (byte b : url.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || ALLOWED.indexOf(c) >= 0);
            text.append(plain ? String.valueOf(c) : String.format("%%%02X", (int) c));
        }
        return text.toString();
    }

    /** Without a password. */
    static String shown(String url) {
        return PASSWORD.matcher(url).replaceFirst("$1:xxxxx@");
    }
}
