/** Base models over REST, in PostgreSQL and on disk, and what finished jobs mean for them. */
@NullMarked
package io.espalier.controller.model.adapter;

import org.jspecify.annotations.NullMarked;
