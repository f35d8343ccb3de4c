/**
 * Decides what a device needs next: measure, deploy, prune, correct or refuse.
 * Decisions are pure functions of facts; the adapter gathers the facts and performs the actions.
 */
@NullMarked
package io.espalier.controller.planning;

import org.jspecify.annotations.NullMarked;
