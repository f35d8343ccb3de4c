package io.espalier.pruning.report;

import java.util.Optional;

/**
 * What is left of one layer.
 *
 * @param group a letter for layers that can only be cut together; absent where a layer stands alone
 * @param denseBecause why no channel of it may go; absent where they may
 */
public record LayerWidth(String layer, int kept, int of, Optional<String> group, Optional<String> denseBecause) {
    public LayerWidth {
        if (of < 1 || kept < 0 || kept > of) {
            throw new IllegalArgumentException("Layer " + layer + " cannot keep " + kept + " of " + of);
        }
    }
}
