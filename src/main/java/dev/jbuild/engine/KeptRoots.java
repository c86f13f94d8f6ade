package dev.jbuild.engine;

import dev.jbuild.graph.BuildGraph;
import dev.jbuild.graph.Op;
import dev.jbuild.image.BuiltImage;
import dev.jbuild.image.BuiltImages;
import dev.jbuild.image.ExportOptions;
import dev.jbuild.image.Finish;
import dev.jbuild.image.ImageAssembler;
import dev.jbuild.image.NamedOutput;
import dev.jbuild.image.TransferProgress;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.JbuildException;
import dev.jbuild.progress.Cancellation;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.solver.OnFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps the root file systems of failed steps as images without a name, in which the step can be tried again. */
final class KeptRoots implements OnFailure.Keeper {
    private final Equipment equipment;
    private final Platform platform;

    KeptRoots(Equipment equipment, Platform platform) {
        this.equipment = equipment;
        this.platform = platform;
    }

    @Override
    public String keep(LayerStack root, Op.Run op) throws JbuildException {
        ContainerConfig.Builder config = new ContainerConfig.Builder();
        for (String entry : op.env()) {
            int equals = entry.indexOf('=');
            if (equals > 0) {
                config.env(entry.substring(0, equals), entry.substring(equals + 1));
            }
        }
        config.user(op.user()).workingDir(op.cwd()).cmd(Optional.of(List.of("/bin/sh")));
        BuildGraph graph = new BuildGraph(
                List.of(),
                Optional.empty(),
                platform,
                platform,
                ImageConfig.empty(platform),
                config.build(),
                "",
                List.of(),
                Optional.empty());
        BuiltImage image =
                new ImageAssembler(equipment.store()).assemble(graph, root, List.of(), Finish.NONE, Optional.empty());
        BuiltImages kept = BuiltImages.of(image);
        new NamedOutput(equipment.store(), equipment.images(), platform)
                .deliver(
                        kept,
                        ExportOptions.parse("image", Map.of()),
                        List.of(),
                        TransferProgress.NONE,
                        new Cancellation());
        return kept.id().shortHex();
    }
}
