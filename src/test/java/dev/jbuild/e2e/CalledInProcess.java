package dev.jbuild.e2e;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * For tests of what the program does with many calls: they are made in the process of the tests, which saves most of their time.
 * How the packaged program starts, others show.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface CalledInProcess {}
