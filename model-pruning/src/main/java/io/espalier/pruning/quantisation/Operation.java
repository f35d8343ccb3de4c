package io.espalier.pruning.quantisation;

import io.espalier.pruning.graph.Node;
import java.util.Optional;

/** A node that computes in integers and the clamp behind it, if there is one, that its integers do on the way. */
record Operation(Node node, Optional<Node> clamp) {
    /** The tensor whose range counts: what comes out behind the clamp. */
    String output() {
        return clamp.map(Node::output).orElse(node.output());
    }
}
