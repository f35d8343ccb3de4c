/**
 * What certificates say here and how they are written down: who a certificate names, keys and certificates as PEM text,
 * and the pair of both that one end of a TLS connection shows. Issuing them is elsewhere, and never on a device.
 */
@NullMarked
package io.espalier.tls;

import org.jspecify.annotations.NullMarked;
