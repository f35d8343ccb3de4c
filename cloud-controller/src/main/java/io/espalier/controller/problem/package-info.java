/**
 * Errors as the API tells them: RFC 9457 problems with stable types. Features throw {@link
 * io.espalier.controller.problem.ProblemException} from their adapters only; inside, expected outcomes are values.
 */
@NullMarked
package io.espalier.controller.problem;

import org.jspecify.annotations.NullMarked;
