/** Budgets over REST and in PostgreSQL, and the floor from what the device measured. */
@NullMarked
package io.espalier.controller.budget.adapter;

import org.jspecify.annotations.NullMarked;
