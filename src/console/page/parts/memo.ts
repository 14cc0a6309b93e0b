import { Component, type ComponentType, createElement, type VNode } from 'preact'

/** A component that is drawn again only when one of its properties is another one. */
export function memo<P extends object>(Part: ComponentType<P>): ComponentType<P> {
  return class extends Component<P> {
    override shouldComponentUpdate(next: Readonly<P>): boolean {
      const before = this.props as Readonly<Record<string, unknown>>
      return Object.entries(next).some(([name, value]) => value !== before[name])
    }

    override render(): VNode {
      return createElement(Part as ComponentType<object>, this.props)
    }
  }
}
