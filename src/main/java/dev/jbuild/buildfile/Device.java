package dev.jbuild.buildfile;

/** A {@code RUN --device}: a CDI device name, and whether the step fails without it. */
public record Device(String name, boolean required) {}
