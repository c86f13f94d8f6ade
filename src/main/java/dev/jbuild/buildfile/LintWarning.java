package dev.jbuild.buildfile;

/** A rule that a Buildfile breaks: how, and on which lines. */
public record LintWarning(LintRule rule, String detail, SourceRange range) {}
