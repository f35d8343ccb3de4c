@NullMarked
package io.espalier.controller.pki;

import org.jspecify.annotations.NullMarked;
