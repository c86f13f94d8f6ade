/**
 * Programs for Jazzer, which feeds them bytes that it invents: any exception but the one that the room promises, more than a
 * second of processor time, or far more memory than the input's size explains is a finding.
 */
package dev.jbuild.fuzz;
