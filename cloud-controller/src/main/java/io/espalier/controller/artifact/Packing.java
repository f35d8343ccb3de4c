package io.espalier.controller.artifact;

/** How files become an artifact's content. */
public enum Packing {
    /** Byte for byte. */
    AS_THEY_ARE,
    /** Each file deflated on its own, where that makes it smaller by a tenth at least; byte for byte otherwise. */
    DEFLATED_WHERE_IT_PAYS
}
