package io.espalier.pruning.graph;

import io.espalier.pruning.graph.ChannelAnalysis.Use;
import io.espalier.pruning.graph.ChannelAtoms.AtomGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * All groups of channels of a graph.
 *
 * <p>Source of the idea: Fang et al. 2023, "DepGraph: Towards Any Structural Pruning", section 3; here by union-find over
 * single channels, so that Concat, Flatten and Slice need no special case.
 */
public final class DependencyGroups {
    /** Numbers in all index maps of all members: where many groups meet on one axis, each has a map of its length. */
    private static final long MAX_MEMBER_POSITIONS = 1L << 27;

    private final ChannelAnalysis analysis;
    private final List<ChannelGroup> groups = new ArrayList<>();
    private final Map<String, AtomGroup> atomGroups = new HashMap<>();
    private final Map<String, int[]> occupied;
    /** The group and the channel in it, by the root of a channel's class. */
    private final Map<Integer, int[]> places = new HashMap<>();

    private long memberPositions;

    private DependencyGroups(ChannelAnalysis analysis) {
        this.analysis = analysis;
        this.occupied = analysis.occupiedAxes();
        List<AtomGroup> found = analysis.atoms.groups();
        for (int g = 0; g < found.size(); g++) {
            List<Integer> roots = found.get(g).roots();
            for (int channel = 0; channel < roots.size(); channel++) {
                places.put(roots.get(channel), new int[] {g, channel});
            }
        }
        List<List<ChannelMember>> members = new ArrayList<>();
        found.forEach(group -> members.add(new ArrayList<>()));
        for (Use use : analysis.uses()) {
            addMembers(use, members);
        }
        for (int g = 0; g < found.size(); g++) {
            AtomGroup group = found.get(g);
            String id = members.get(g).stream()
                    .filter(member -> member.role() == ChannelRole.OUTPUT)
                    .map(ChannelMember::node)
                    .findFirst()
                    .orElse(group.owner());
            groups.add(new ChannelGroup(id, group.roots().size(), members.get(g), group.pinned()));
            atomGroups.put(id, group);
        }
    }

    /**
     * Finds the groups.
     *
     * <p>Errors: {@link InvalidModelException} naming an unknown operator that lies between layers.
     */
    public static DependencyGroups of(Graph graph) {
        return new DependencyGroups(ChannelAnalysis.of(graph));
    }

    public Graph graph() {
        return analysis.graph;
    }

    public Shapes shapes() {
        return analysis.shapes;
    }

    /** Every group, in the order of the graph. */
    public List<ChannelGroup> all() {
        return List.copyOf(groups);
    }

    /** The groups that channels may be removed from. */
    public List<ChannelGroup> prunable() {
        return groups.stream().filter(ChannelGroup::isPrunable).toList();
    }

    /** The groups that stay dense; each says why. */
    public List<ChannelGroup> keptDense() {
        return groups.stream().filter(group -> !group.isPrunable()).toList();
    }

    /** The group of this id, which must exist. */
    public ChannelGroup group(String id) {
        return groups.stream()
                .filter(group -> group.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No channel group is named '" + id + "'. There are "
                        + groups.stream().map(ChannelGroup::id).toList()));
    }

    /** Every computed tensor in which channels of this group lie, in topological order. */
    public List<ChannelTensor> carriers(String id) {
        int index = groups.indexOf(group(id));
        List<ChannelTensor> carriers = new ArrayList<>();
        for (Node node : graph().nodes()) {
            for (String output : node.outputs()) {
                analysis.layout(output).ifPresent(layout -> {
                    int[] channels = channelsOf(index, placesOf(layout.atoms()));
                    if (Arrays.stream(channels).anyMatch(channel -> channel >= 0)) {
                        carriers.add(new ChannelTensor(output, layout.axis(), channels));
                    }
                });
            }
        }
        return carriers;
    }

    /**
     * The choice with as few channels added as it takes to leave no tensor empty.
     *
     * <p>Needed only where a Slice or Split gives parts of a group ways of their own; elsewhere the choice comes back.
     */
    public Map<String, int[]> withoutGaps(Map<String, int[]> kept) {
        boolean[] removed = removed(kept);
        for (int[] axis : occupied.values()) {
            if (isEmpty(axis, removed)) {
                removed[axis[0]] = false;
            }
        }
        Map<String, int[]> complete = new LinkedHashMap<>();
        for (String id : kept.keySet()) {
            List<Integer> roots = Objects.requireNonNull(atomGroups.get(id)).roots();
            complete.put(
                    id,
                    IntStream.range(0, roots.size())
                            .filter(channel -> !removed[roots.get(channel)])
                            .toArray());
        }
        return complete;
    }

    /** Whether the choice leaves a tensor without channels. */
    public boolean leavesGaps(Map<String, int[]> kept) {
        boolean[] removed = removed(kept);
        return occupied.values().stream().anyMatch(axis -> isEmpty(axis, removed));
    }

    /** Refuses a choice that leaves a tensor without channels. */
    void requireNoGaps(boolean[] removed) {
        occupied.forEach((name, axis) -> {
            if (isEmpty(axis, removed)) {
                throw new IllegalArgumentException("Nothing would be left of '" + name
                        + "'. Complete the choice with DependencyGroups.withoutGaps.");
            }
        });
    }

    private static boolean isEmpty(int[] axis, boolean[] removed) {
        for (int atom : axis) {
            if (!removed[atom]) {
                return false;
            }
        }
        return axis.length > 0;
    }

    ChannelAnalysis analysis() {
        return analysis;
    }

    /** For each atom of the graph, whether it goes when only these channels of some groups are kept. */
    boolean[] removed(Map<String, int[]> kept) {
        boolean[] removed = new boolean[analysis.atoms.size()];
        kept.forEach((id, channels) -> {
            ChannelGroup group = group(id);
            boolean[] stays = validated(group, channels);
            List<Integer> roots = Objects.requireNonNull(atomGroups.get(id)).roots();
            for (int channel = 0; channel < stays.length; channel++) {
                removed[roots.get(channel)] = !stays[channel];
            }
        });
        return removed;
    }

    private static boolean[] validated(ChannelGroup group, int[] channels) {
        boolean[] stays = new boolean[group.size()];
        for (int channel : channels) {
            if (channel < 0 || channel >= group.size() || stays[channel]) {
                throw new IllegalArgumentException("Group '" + group.id() + "' has channels 0 to " + (group.size() - 1)
                        + ", each once, but channel " + channel + " is to be kept (again).");
            }
            stays[channel] = true;
        }
        if (channels.length == 0) {
            throw new IllegalArgumentException("Group '" + group.id() + "' must keep at least one channel.");
        }
        if (channels.length < group.size() && !group.isPrunable()) {
            throw new IllegalArgumentException("Group '" + group.id() + "' cannot be pruned, because "
                    + group.keptDenseBecause().orElse("") + ".");
        }
        return stays;
    }

    private int[][] placesOf(int[] axisAtoms) {
        return Arrays.stream(axisAtoms)
                .mapToObj(atom -> places.get(analysis.atoms.find(atom)))
                .toArray(int[][]::new);
    }

    private static int[] channelsOf(int group, int[][] at) {
        return Arrays.stream(at)
                .mapToInt(place -> place[0] == group ? place[1] : -1)
                .toArray();
    }

    private void addMembers(Use use, List<List<ChannelMember>> members) {
        int[][] at = placesOf(analysis.atomsOf(use));
        int[] touched = Arrays.stream(at).mapToInt(place -> place[0]).distinct().toArray();
        memberPositions += (long) touched.length * at.length;
        if (memberPositions > MAX_MEMBER_POSITIONS) {
            throw new InvalidModelException("At '" + use.constant() + "' of node '" + use.node() + "' " + touched.length
                    + " groups of channels meet on an axis of " + at.length
                    + ": the network joins too many branches to follow.");
        }
        for (int group : touched) {
            members.get(group)
                    .add(new ChannelMember(use.node(), use.constant(), use.axis(), use.role(), channelsOf(group, at)));
        }
    }
}
