package dev.jbuild.buildfile;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes such as {@code 64m} or {@code 1.5 GiB}, always in powers of 1024. */
public final class ByteSize {
    private static final Pattern SIZE = Pattern.compile(
            "([+]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?) ?([kmgtpKMGTP]?)(?:[bB]|(?<=[a-zA-Z])[iI][bB])?");

    private ByteSize() {}

    /** The number of bytes, absent when the text is no size. */
    public static OptionalLong parse(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        int power = "kmgtp".indexOf(Text.lower(matcher.group(2))) + 1;
        double unit = matcher.group(2).isEmpty() ? 1 : Math.pow(1024, power);
        return OptionalLong.of((long) (Double.parseDouble(matcher.group(1)) * unit));
    }
}
