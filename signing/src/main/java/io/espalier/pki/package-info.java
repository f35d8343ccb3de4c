/**
 * The certificate authority of one installation: who gets which certificate, for how long, and which count no more. Used
 * by the controller and by the servers of its host, never on a device.
 */
@NullMarked
package io.espalier.pki;

import org.jspecify.annotations.NullMarked;
