/** Labelled data that models are evaluated and trained on, as it was uploaded. Its format is the workers' business. */
@NullMarked
package io.espalier.controller.dataset;

import org.jspecify.annotations.NullMarked;
