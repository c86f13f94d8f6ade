package dev.jbuild.builds;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a step's name, such as {@code [build 2/4] RUN make}.
 *
 * @param stage {@code build}, with its platform where there are several; empty for the only one
 * @param place its number in the stage
 * @param text {@code RUN make}
 */
record StepName(String stage, String place, String text) {
    private static final Pattern NAME = Pattern.compile("\\[(.*?)\\s*(\\d+)/\\d+\\] (.*)", Pattern.DOTALL);

    static StepName of(RecordedStep step) {
        Matcher matcher = NAME.matcher(step.name());
        return matcher.matches()
                ? new StepName(matcher.group(1), matcher.group(2), matcher.group(3))
                : new StepName("", "", step.name());
    }

    /** Whether it says the same at perhaps another place of its stage. */
    boolean isSameInstruction(StepName other) {
        return stage.equals(other.stage) && text.equals(other.text);
    }

    /** Whether it is the same kind of instruction at the same place. */
    boolean isSamePlace(StepName other) {
        return stage.equals(other.stage)
                && !place.isEmpty()
                && place.equals(other.place)
                && word().equals(other.word());
    }

    private String word() {
        return text.split("\\s", 2)[0];
    }
}
