/**
 * Signs what goes to devices, with keys that never see the database, and spreads the roots that say whose signatures count.
 * Where keys are kept and how roots follow each other is known to the module signing.
 */
@NullMarked
package io.espalier.controller.signing;

import org.jspecify.annotations.NullMarked;
