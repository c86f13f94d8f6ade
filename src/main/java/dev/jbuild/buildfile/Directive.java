package dev.jbuild.buildfile;

/** A parser directive, such as {@code # syntax=…}, with its name in lower case. */
public record Directive(String name, String value, int line) {}
