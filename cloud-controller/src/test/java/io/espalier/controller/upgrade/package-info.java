/** Programs and the orders that bring them to devices. */
@NullMarked
package io.espalier.controller.upgrade;

import org.jspecify.annotations.NullMarked;
