package dev.jbuild.cli;

import java.time.Duration;
import java.util.Locale;

/** How sizes and times are written for people: as docker and BuildKit do. */
final class Quantities {
    private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

    private static final String[] BINARY_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Quantities() {}

    /** A size for tables: four significant digits, decimal units ({@code 4.261MB}). */
    static String size(long bytes) {
        return Scaled.of(bytes, 1000, UNITS).significant();
    }

    /** A size of memory: four significant digits, powers of 1024 ({@code 4.261MiB}). */
    static String binary(long bytes) {
        return Scaled.of(bytes, 1024, BINARY_UNITS).significant();
    }

    /** A size for progress: two decimals, decimal units ({@code 1.20MB}); whole bytes below a kilobyte. */
    static String progress(long bytes) {
        Scaled scaled = Scaled.of(bytes, 1000, UNITS);
        return bytes < 1000 ? bytes + "B" : String.format(Locale.ROOT, "%.2f%s", scaled.value(), scaled.unit());
    }

    /** A number of the largest unit of which there is one. */
    private record Scaled(double value, String unit) {
        static Scaled of(long bytes, int step, String[] units) {
            double value = bytes;
            int unit = 0;
            while (value >= step && unit < units.length - 1) {
                value /= step;
                unit++;
            }
            return new Scaled(value, units[unit]);
        }

        String significant() {
            return Quantities.significant(value, 4) + unit;
        }
    }

    /** {@code 1 layer}, {@code 2 layers}. */
    static String counted(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** {@code 1.2s}. */
    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1fs", Math.max(0, time.toMillis()) / 1000.0);
    }

    /** The time of a line of output since its step began: {@code 0.123}, {@code 12.34}, {@code 123.4}. */
    static String offset(Duration time) {
        double seconds = Math.max(0, time.toNanos()) / 1e9;
        int decimals = seconds < 10 ? 3 : seconds < 100 ? 2 : 1;
        return String.format(Locale.ROOT, "%." + decimals + "f", seconds);
    }

    /** How long ago something was, as docker says it: {@code 3 hours ago}. */
    static String ago(Duration age) {
        return words(age) + " ago";
    }

    /** {@code 3 hours}. */
    static String time(Duration length) {
        return words(length);
    }

    private static String words(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        long minutes = seconds / 60;
        long hours = Math.round(seconds / 3600.0);
        if (seconds < 1) {
            return "Less than a second";
        }
        if (seconds == 1) {
            return "1 second";
        }
        if (seconds < 60) {
            return seconds + " seconds";
        }
        if (minutes == 1) {
            return "About a minute";
        }
        if (minutes < 60) {
            return minutes + " minutes";
        }
        if (hours == 1) {
            return "About an hour";
        }
        if (hours < 48) {
            return hours + " hours";
        }
        if (hours < 24 * 7 * 2) {
            return hours / 24 + " days";
        }
        if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        }
        if (hours < 24 * 365 * 2) {
            return hours / 24 / 30 + " months";
        }
        return hours / 24 / 365 + " years";
    }

    /** Like C's {@code %.4g} without an exponent and without trailing zeros. */
    private static String significant(double value, int digits) {
        int whole = value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : 4;
        String text = String.format(Locale.ROOT, "%." + Math.max(0, digits - whole) + "f", value);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }
}
