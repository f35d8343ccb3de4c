package io.espalier.pruning.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Union-find over single channels ("atoms"). Atoms made together form a block; blocks that share a class form a group.
 *
 * <p>The root of a class is its smallest atom, so the numbering follows the order of the graph. Cost: near-linear.
 */
final class ChannelAtoms {
    /** More than any network for a small device has, by a factor of a hundred. */
    private static final int MAX_CHANNELS = 1 << 22;

    private final List<Integer> parent = new ArrayList<>();
    private final List<Integer> blockOf = new ArrayList<>();
    private final List<String> blockOwners = new ArrayList<>();
    private final Map<Integer, String> pins = new HashMap<>();

    /** New channels, made by a node. */
    int[] fresh(int count, String node) {
        if (count > MAX_CHANNELS - parent.size()) {
            throw new InvalidModelException("Node '" + node + "' makes " + count + " channels after " + parent.size()
                    + " others; at most " + MAX_CHANNELS + " in all are accepted.");
        }
        int block = blockOwners.size();
        blockOwners.add(node);
        int[] atoms = new int[count];
        for (int i = 0; i < count; i++) {
            atoms[i] = parent.size();
            parent.add(atoms[i]);
            blockOf.add(block);
        }
        return atoms;
    }

    int find(int atom) {
        int root = atom;
        while (parent.get(root) != root) {
            root = parent.get(root);
        }
        int walk = atom;
        while (walk != root) {
            walk = parent.set(walk, root);
        }
        return root;
    }

    void union(int a, int b) {
        int low = Math.min(find(a), find(b));
        int high = Math.max(find(a), find(b));
        parent.set(high, low);
    }

    void union(int[] a, int[] b) {
        for (int i = 0; i < a.length; i++) {
            union(a[i], b[i]);
        }
    }

    /** Forbids removing these channels; the first reason given for a channel stands. */
    void pin(int[] atoms, String reason) {
        for (int atom : atoms) {
            pins.putIfAbsent(atom, reason);
        }
    }

    int size() {
        return parent.size();
    }

    /** The groups, each as its class roots in ascending order, with the owner of the first block and a reason if pinned. */
    List<AtomGroup> groups() {
        int[] blockRoot = new int[blockOwners.size()];
        for (int b = 0; b < blockRoot.length; b++) {
            blockRoot[b] = b;
        }
        for (int atom = 0; atom < parent.size(); atom++) {
            int x = root(blockRoot, blockOf.get(atom));
            int y = root(blockRoot, blockOf.get(find(atom)));
            blockRoot[Math.max(x, y)] = Math.min(x, y);
        }
        Map<Integer, List<Integer>> roots = new TreeMap<>();
        Map<Integer, String> reasons = new HashMap<>();
        for (int atom = 0; atom < parent.size(); atom++) {
            int group = root(blockRoot, blockOf.get(atom));
            List<Integer> classes = roots.computeIfAbsent(group, key -> new ArrayList<>());
            if (find(atom) == atom) {
                classes.add(atom);
            }
            String pin = pins.get(atom);
            if (pin != null) {
                reasons.putIfAbsent(group, pin);
            }
        }
        List<AtomGroup> groups = new ArrayList<>();
        roots.forEach((block, classes) ->
                groups.add(new AtomGroup(blockOwners.get(block), classes, Optional.ofNullable(reasons.get(block)))));
        return groups;
    }

    private static int root(int[] parents, int block) {
        int root = block;
        while (parents[root] != root) {
            root = parents[root];
        }
        return root;
    }

    record AtomGroup(String owner, List<Integer> roots, Optional<String> pinned) {}
}
