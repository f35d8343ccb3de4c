package io.espalier.controller.model.adapter;

/** What the parts of a recipe mean, for the API's description: the same words for an upload and for a training. */
final class RecipeDescriptions {
    static final String ROUNDS =
            "1 to 20: a target is approached in so many rounds of cutting and training, the epochs shared out among"
                    + " them; a job that was interrupted goes on behind its last round. 1 where left out";
    static final String PRECISION =
            "float32, int8 for 8-bit integers, or auto, which takes integers where they meet the budget and are more"
                    + " accurate; under a latency budget only where they were timed. float32 where left out";
    static final String SPARSITY = "From 0 to below 1: this share of the weights that are left is held at zero, with"
            + " several rounds step by step, which makes the file compress better and nothing faster. 0 where left out";
    static final String MOST_LOST = "From 0 to below 1, 0.02 for two points: a round that ends more than this below the"
            + " unpruned model, on held-out training samples, ends the job, whose variant is that of the round before;"
            + " where there is none, the job is refused. Needs float32. Goes on whatever is lost where left out";
    static final String PERCENTILE = "Above 0 and below 100, with importance percentile: weights above this percentage"
            + " of magnitudes count as large. 50, the median, where left out";
    static final String PERCENTILE_SCOPE =
            "Whose magnitudes percentile is of: layer, of each layer its own, or network,"
                    + " of all layers together. layer where left out";
    static final String THRESHOLD = "From 0 up, in the units of importance, which must have some: channels under it"
            + " go whatever the target, for apoz those over this share of zeros. None where left out";

    private RecipeDescriptions() {}
}
