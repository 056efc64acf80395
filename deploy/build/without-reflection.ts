/** What gRPC's loader makes for servers that describe themselves: a client never looks at it, and it is most of its work. */
const REFLECTION = [
  [`const descriptorList = root.toDescriptor('proto3').file;`, ''],
  ['descriptorList.map(value => Buffer.from(descriptor.FileDescriptorProto.encode(value).finish()))', '[]'],
  [`const messageDescriptor = message.toDescriptor('proto3');`, ''],
  ['messageDescriptor.$type.toObject(messageDescriptor, descriptorOptions)', 'null'],
  [`const enumDescriptor = enumType.toDescriptor('proto3');`, ''],
  ['enumDescriptor.$type.toObject(enumDescriptor, descriptorOptions)', 'null'],
] as const;

/** The code of `@grpc/proto-loader` without it. Throws when an update has changed the code: then this has to be looked at. */
export function withoutReflection(code: string): string {
  let left = code;
  for (const [part, instead] of REFLECTION) {
    if (left.split(part).length !== 2) throw new Error(`@grpc/proto-loader has changed: expected once ${part}`);
    left = left.replace(part, () => instead);
  }
  return left;
}
