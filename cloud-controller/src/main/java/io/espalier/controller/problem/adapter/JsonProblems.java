package io.espalier.controller.problem.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import io.espalier.controller.problem.Problem;
import java.util.Collection;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells what is wrong with a JSON body: the field, what was found there, and what it takes. */
final class JsonProblems {
    private static final int LONGEST_VALUE = 60;
    private static final Pattern COERCED = Pattern.compile("^Cannot coerce [a-zA-Z -]+value \\((.+)\\) (?:to|into) ");

    private JsonProblems() {}

    static Problem of(JsonProcessingException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return unknownField(unknown);
        }
        if (e instanceof JsonMappingException mapping) {
            String field = fieldOf(mapping);
            String reason = reason(mapping);
            return Problem.invalid(
                    field, field.isEmpty() ? "The body: " + reason : "Field \"" + field + "\": " + reason);
        }
        return Problem.of(400, "invalid-json", "The body is not JSON", firstLine(e.getOriginalMessage()));
    }

    private static Problem unknownField(UnrecognizedPropertyException e) {
        Collection<Object> known = e.getKnownPropertyIds();
        String names = known == null
                ? "none"
                : known.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
        return Problem.invalid(fieldOf(e), "Unknown field \"" + fieldOf(e) + "\". Known here: " + names);
    }

    private static String reason(JsonMappingException e) {
        Throwable cause = e.getCause();
        if (cause instanceof IllegalArgumentException && cause.getMessage() != null) {
            return cause.getMessage();
        }
        if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
            return "takes " + kind(mismatch.getTargetType()) + got(mismatch);
        }
        return firstLine(e.getOriginalMessage());
    }

    /** What was found, where the exception tells; some say it only in their message. */
    private static String got(MismatchedInputException e) {
        if (e instanceof InvalidFormatException format) {
            Object value = format.getValue();
            return ", got " + brief(value instanceof String ? "\"" + value + "\"" : String.valueOf(value));
        }
        Matcher value = COERCED.matcher(firstLine(e.getOriginalMessage()));
        return value.find() ? ", got " + brief(value.group(1)) : "";
    }

    private static String kind(@Nullable Class<?> type) {
        if (type == Long.class || type == long.class || type == Integer.class || type == int.class) {
            return "a whole number";
        }
        if (type == Double.class || type == double.class) {
            return "a number";
        }
        if (type == Boolean.class || type == boolean.class) {
            return "true or false";
        }
        if (type == String.class) {
            return "a text";
        }
        return type != null && Collection.class.isAssignableFrom(type)
                ? "a list"
                : type != null && Map.class.isAssignableFrom(type) ? "an object of names and texts" : "an object";
    }

    private static String brief(String text) {
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
    }

    private static String fieldOf(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static String firstLine(@Nullable String text) {
        return text == null ? "not readable" : text.lines().findFirst().orElse("not readable");
    }
}
