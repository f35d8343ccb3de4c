/** Login over REST, accounts in PostgreSQL, sessions as signed tokens. */
@NullMarked
package io.espalier.controller.access.adapter;

import org.jspecify.annotations.NullMarked;
