/** The cases, a class for each kind. Another kind is another {@link io.espalier.faults.CaseSource}, listed in {@code Cases}. */
@NullMarked
package io.espalier.faults.cases;

import org.jspecify.annotations.NullMarked;
