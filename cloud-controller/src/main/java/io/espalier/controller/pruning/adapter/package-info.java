/**
 * Jobs and variants in PostgreSQL, leasing through db-scheduler, and their REST resources.
 */
@NullMarked
package io.espalier.controller.pruning.adapter;

import org.jspecify.annotations.NullMarked;
