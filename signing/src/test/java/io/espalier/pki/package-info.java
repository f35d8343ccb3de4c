@NullMarked
package io.espalier.pki;

import org.jspecify.annotations.NullMarked;
