/**
 * Which of the variants made so far a device is to run, judged by its own timings, and what a new campaign could gain beside
 * it; also which devices are alike enough to share a campaign. Knows no training and no natives.
 */
@NullMarked
package io.espalier.pruning.choice;

import org.jspecify.annotations.NullMarked;
