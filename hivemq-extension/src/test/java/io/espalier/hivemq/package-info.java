@NullMarked
package io.espalier.hivemq;

import org.jspecify.annotations.NullMarked;
