/**
 * Keys in a folder or a token, roots on the broker and over HTTP, and what a device is told of them when it enrols.
 */
@NullMarked
package io.espalier.controller.signing.adapter;

import org.jspecify.annotations.NullMarked;
