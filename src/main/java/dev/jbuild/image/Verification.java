package dev.jbuild.image;

import dev.jbuild.image.Finding.Outcome;
import java.util.List;

/**
 * What verifying a store gave.
 *
 * @param bytes how many were read
 */
public record Verification(int names, int blobs, int layers, long bytes, List<Finding> findings) {
    public Verification {
        findings = List.copyOf(findings);
    }

    /** How many findings ended so. */
    public long count(Outcome outcome) {
        return findings.stream().filter(finding -> finding.outcome() == outcome).count();
    }

    /** Whether the store is as it should be now. */
    public boolean isSound() {
        return findings.stream().allMatch(finding -> finding.outcome() == Outcome.REPAIRED);
    }
}
