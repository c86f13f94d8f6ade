package dev.jbuild.dist;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/** Lambdas, method references and records of all kinds, and what comes of them. */
public final class Sample implements Supplier<List<Object>> {
    record Empty() {}

    record Whole(
            boolean a, byte b, short c, char d, int e, long f, float g, double h, String i, int[] j, List<String> k) {}

    /** One that says itself what it is. */
    record Named(String name) {
        @Override
        public String toString() {
            return "Named " + name;
        }
    }

    private interface Greeting {
        String of(String name);

        default Supplier<String> later(String name) {
            return () -> of(name) + added();
        }

        private String added() {
            return "!";
        }
    }

    private final String held = "held";
    private final int[] numbers = {1, 2, 3};
    private final List<Object> results = new ArrayList<>();

    @Override
    public List<Object> get() {
        lambdas(7, 8L, 2.5, (byte) 3);
        references();
        records();
        return results;
    }

    private void lambdas(int number, long large, double part, byte small) {
        Supplier<String> all = () -> held + number + large + part + small;
        results.add(all.get());
        Function<Integer, Function<Integer, Integer>> nested = a -> b -> a * b + number;
        results.add(nested.apply(3).apply(4));
        Comparator<String> longest =
                Comparator.comparing((String text) -> text.length()).reversed();
        results.add(new TreeMap<String, String>(longest));
        Greeting greeting = name -> "Hello " + name;
        results.add(greeting.later("World").get());
        Runnable kept = () -> results.add(
                new Object() {
                    @Override
                    public String toString() {
                        return held;
                    }
                }.toString());
        kept.run();
    }

    private void references() {
        Function<String, Named> made = Named::new;
        results.add(made.apply("x").toString());
        IntFunction<int[]> array = int[]::new;
        results.add(array.apply(4).length);
        Supplier<Object> copied = numbers::clone;
        results.add(((int[]) copied.get()).length);
        ToLongFunction<Integer> widened = Integer::intValue;
        results.add(widened.applyAsLong(5));
        ToDoubleFunction<Integer> unboxed = Integer::shortValue;
        results.add(unboxed.applyAsDouble(6));
        DoubleSupplier floated = Sample::small;
        results.add(floated.getAsDouble());
        LongSupplier character = Sample::letter;
        results.add(character.getAsLong());
        Function<Integer, Object> boxed = Sample::twice;
        results.add(boxed.apply(21));
        ToIntFunction<String> length = String::length;
        results.add(length.applyAsInt("four"));
        BiFunction<String, String, Boolean> equal = String::equals;
        results.add(equal.apply("a", "a"));
        UnaryOperator<String> mine = this::mine;
        results.add(mine.apply("arg"));
        Supplier<String> above = super::toString;
        results.add(above.get().startsWith(Sample.class.getName()));
        Function<Object[], List<Object>> many = List::of;
        results.add(many.apply(new Object[] {1, 2}));
        Runnable dropped = this::counted;
        dropped.run();
    }

    private static float small() {
        return 0.5f;
    }

    private static char letter() {
        return 'x';
    }

    private static int twice(int number) {
        return 2 * number;
    }

    private String mine(String text) {
        return held + text;
    }

    private long counted() {
        results.add("counted");
        return 1L;
    }

    private void records() {
        results.add(new Empty().toString());
        results.add(new Empty().hashCode());
        results.add(new Empty().equals(new Empty()));
        Whole whole = whole(0.0, "i");
        results.add(whole.toString().replaceFirst("\\[I@[0-9a-f]+", "array"));
        results.add(whole.hashCode() - 31 * System.identityHashCode(numbers));
        results.add(whole.equals(whole(0.0, "i")));
        results.add(whole.equals(whole(-0.0, "i")));
        results.add(whole(Double.NaN, null).equals(whole(Double.NaN, null)));
        results.add(whole.equals(whole(0.0, null)));
        Whole none = null;
        results.add(whole.equals(none));
        results.add(whole.equals(new Empty()));
        results.add(new Named("n").equals(new Named("n")));
    }

    private Whole whole(double number, String text) {
        return new Whole(true, (byte) -1, (short) 2, 'd', 4, 1L << 40, 1.5f, number, text, numbers, List.of("k"));
    }
}
