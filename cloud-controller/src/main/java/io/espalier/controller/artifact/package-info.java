/**
 * Content-addressed files that devices fetch: how content is packed, named, kept on disk and removed.
 * What an artifact is good for is not known here.
 */
@NullMarked
package io.espalier.controller.artifact;

import org.jspecify.annotations.NullMarked;
