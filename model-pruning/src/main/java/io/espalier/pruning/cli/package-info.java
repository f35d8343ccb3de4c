/**
 * The ways in from outside: the worker's job folders and the command line for a person. All reading of user input
 * and all exit codes live here.
 */
@NullMarked
package io.espalier.pruning.cli;

import org.jspecify.annotations.NullMarked;
