/**
 * What controller and agents must agree on besides the generated messages: identifiers and topic names.
 * No transport lives here.
 */
@NullMarked
package io.espalier.proto;

import org.jspecify.annotations.NullMarked;
