/**
 * What one pruning run tells a person: a report as values, as one self-contained page and as JSON. Names in it come from
 * other people's files and are never trusted. Nothing here prunes, measures or reads files.
 */
@NullMarked
package io.espalier.pruning.report;

import org.jspecify.annotations.NullMarked;
