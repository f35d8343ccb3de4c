/** Data sets over REST, in PostgreSQL and on disk. */
@NullMarked
package io.espalier.controller.dataset.adapter;

import org.jspecify.annotations.NullMarked;
