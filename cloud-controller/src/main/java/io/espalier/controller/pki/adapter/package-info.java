/** The authority's folder, the HTTPS listener's certificate, and what of both anybody may read. */
@NullMarked
package io.espalier.controller.pki.adapter;

import org.jspecify.annotations.NullMarked;
