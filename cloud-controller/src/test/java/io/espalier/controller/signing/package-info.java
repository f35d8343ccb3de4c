@NullMarked
package io.espalier.controller.signing;

import org.jspecify.annotations.NullMarked;
