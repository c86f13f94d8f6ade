package dev.jbuild.graph;

import dev.jbuild.buildfile.Instruction;
import dev.jbuild.buildfile.SourceRange;
import java.util.Map;

/**
 * An instruction of a stage with the stages it takes files from.
 *
 * @param sources by the name that the instruction gives them
 * @param onBuild whether it came from a trigger
 * @param range the lines to show for it: those of the FROM, for a trigger
 */
record Command(Instruction instruction, Map<String, StageState> sources, boolean onBuild, SourceRange range) {}
