package dev.jbuild.solver.copy;

import dev.jbuild.problem.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** What {@code --chmod} does to a mode: sets it (octal) or changes it (symbolic, as {@code chmod(1)} with no umask). */
final class ModeChange {
    private static final int SET_IDS = 06000;
    private static final int STICKY = 01000;
    private static final int STANDARD = 06777;

    private final OptionalInt absolute;
    private final List<Action> actions;

    private ModeChange(OptionalInt absolute, List<Action> actions) {
        this.absolute = absolute;
        this.actions = actions;
    }

    /**
     * One operator with its permissions.
     *
     * @param who the bits it may touch
     * @param bits permissions named by letters
     * @param execute whether there was an {@code X}
     * @param copied shifts (6, 3, 0) of the classes that permissions are copied from
     */
    private record Action(char operator, int who, int bits, boolean execute, List<Integer> copied) {
        int apply(int mode, int original, boolean directory) {
            int set = bits;
            if (execute && (directory || (original & 0111) != 0)) {
                set |= 0111;
            }
            for (int shift : copied) {
                set |= 0111 * (mode >> shift & 7);
            }
            return switch (operator) {
                case '+' -> mode | (set & who);
                case '-' -> mode & ~(set & who);
                default -> (mode & ~who) | (set & who);
            };
        }
    }

    /** Reads an octal or symbolic mode. */
    static ModeChange parse(String text) throws UserError {
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '7')) {
            String digits = text.replaceFirst("^0+(?=.)", "");
            if (digits.length() <= 4) {
                return new ModeChange(OptionalInt.of(Integer.parseInt(digits, 8)), List.of());
            }
        }
        if (!text.isEmpty() && Character.isDigit(text.charAt(0))) {
            throw new UserError(
                    "invalid chmod parameter: '" + text + "'. it should be octal string and between 0 and 07777");
        }
        List<Action> actions = new ArrayList<>();
        for (String clause : text.split(",", -1)) {
            new Clause(clause, text).read(actions);
        }
        return new ModeChange(OptionalInt.empty(), actions);
    }

    /** The mode that everything gets, if this doesn't depend on what it had. */
    OptionalInt absolute() {
        return absolute;
    }

    int apply(int mode, boolean directory) {
        if (absolute.isPresent()) {
            return absolute.getAsInt();
        }
        int changed = mode;
        for (Action action : actions) {
            changed = action.apply(changed, mode, directory);
        }
        return changed & 07777;
    }

    /** Reads {@code who} letters and then operators, each with permissions. */
    private static final class Clause {
        private final String clause;
        private final String whole;
        private int position;

        Clause(String clause, String whole) {
            this.clause = clause;
            this.whole = whole;
        }

        private boolean at(String letters) {
            return position < clause.length() && letters.indexOf(clause.charAt(position)) >= 0;
        }

        void read(List<Action> actions) throws UserError {
            int who = 0;
            while (at("augo")) {
                who |= switch (clause.charAt(position++)) {
                    case 'a' -> STANDARD;
                    case 'u' -> 04700;
                    case 'g' -> 02070;
                    default -> 00007;
                };
            }
            do {
                if (!at("+-=")) {
                    throw new UserError("invalid chmod parameter: '" + whole + "': invalid syntax");
                }
                actions.add(action(clause.charAt(position++), who));
            } while (position < clause.length());
        }

        private Action action(char operator, int who) {
            boolean special = who == 0 || (who & ~00007) != 0;
            int touched = who == 0 ? STANDARD : who;
            int bits = 0;
            boolean execute = false;
            List<Integer> copied = new ArrayList<>();
            while (at("rwxXstugo")) {
                char c = clause.charAt(position++);
                switch (c) {
                    case 'r' -> bits |= 0444;
                    case 'w' -> bits |= 0222;
                    case 'x' -> bits |= 0111;
                    case 's' -> bits |= special ? SET_IDS : 0;
                    case 't' -> {
                        bits |= special ? STICKY : 0;
                        touched |= special ? STICKY : 0;
                    }
                    case 'X' -> execute = true;
                    case 'u' -> copied.add(6);
                    case 'g' -> copied.add(3);
                    default -> copied.add(0);
                }
            }
            if (operator == '-' && execute) {
                return new Action(operator, touched, bits | 0111, false, copied);
            }
            return new Action(operator, touched, bits, execute, copied);
        }
    }
}
