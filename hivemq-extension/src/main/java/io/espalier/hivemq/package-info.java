/** An extension of the HiveMQ broker: who connects is who the certificate names, and may do what that one may. */
@NullMarked
package io.espalier.hivemq;

import org.jspecify.annotations.NullMarked;
