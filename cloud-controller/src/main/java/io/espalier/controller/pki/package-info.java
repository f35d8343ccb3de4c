/**
 * The authority that certifies servers, services and devices, as the rest of the controller sees it. Whom it certifies is
 * known elsewhere.
 */
@NullMarked
package io.espalier.controller.pki;

import org.jspecify.annotations.NullMarked;
