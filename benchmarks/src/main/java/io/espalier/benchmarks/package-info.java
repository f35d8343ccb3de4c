/**
 * Every number that the documentation claims, as a command that measures it and compares it with its bar.
 *
 * <p>A benchmark is a list of steps and a verdict; steps run in processes of their own and leave their results in a
 * folder, so that a run that was stopped goes on where it was.
 */
@NullMarked
package io.espalier.benchmarks;

import org.jspecify.annotations.NullMarked;
