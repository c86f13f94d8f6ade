package dev.jbuild.engine;

import dev.jbuild.buildfile.Buildfile;
import dev.jbuild.buildfile.Instruction;
import dev.jbuild.buildfile.Stage;
import dev.jbuild.graph.BuildPlan;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Finds the steps of stages that what is built doesn't need. */
final class UnneededSteps {
    private UnneededSteps() {}

    /** Their names by the lines they begin at. */
    static Map<Integer, String> of(Buildfile buildfile, BuildPlan plan) {
        Set<Integer> needed = plan.vertices().stream()
                .flatMap(vertex -> vertex.source().stream())
                .map(source -> source.firstLine())
                .collect(Collectors.toSet());
        Map<Integer, String> unneeded = new TreeMap<>();
        for (int i = 0; i < buildfile.stages().size(); i++) {
            Stage stage = buildfile.stages().get(i);
            String name = stage.name().orElse("stage-" + i);
            List<Instruction> steps =
                    stage.instructions().stream().filter(UnneededSteps::isStep).toList();
            if (steps.stream().noneMatch(step -> needed.contains(step.range().startLine()))) {
                steps.forEach(step -> unneeded.put(step.range().startLine(), "[" + name + "] " + step.text()));
            }
        }
        return unneeded;
    }

    private static boolean isStep(Instruction instruction) {
        return instruction instanceof Instruction.Run
                || instruction instanceof Instruction.Copy
                || instruction instanceof Instruction.Add
                || instruction instanceof Instruction.Workdir;
    }
}
