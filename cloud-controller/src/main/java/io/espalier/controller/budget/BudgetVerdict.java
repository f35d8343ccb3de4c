package io.espalier.controller.budget;

/** What became of a budget that was asked for. */
public sealed interface BudgetVerdict {
    record Accepted() implements BudgetVerdict {}

    /** Not taken: the budget before, if any, still counts. */
    record BelowFloor(Refusal refusal) implements BudgetVerdict {}

    record NoSuchDevice() implements BudgetVerdict {}
}
