/** Tests of this feature. */
@NullMarked
package io.espalier.controller.database;

import org.jspecify.annotations.NullMarked;
